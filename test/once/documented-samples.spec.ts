import { installedLanguages, runProgram } from '../support/interpreters.js';
import { ADMIN } from '../support/server.js';
import { useSharedServer } from '../support/use-server.js';

/** The login samples of the Slate document as it prints them, but for host, port and credentials. */
const LOGIN_SAMPLES: Record<string, (host: string, port: string) => string> = {
  shell: (
    host,
    port,
  ) => `curl --silent --show-error --dump-header - --location --request POST '${host}:${port}/en/api/v1/accounts/login' \\
--header 'Content-Type: application/json' \\
--data-raw '{"account": {"email": "${ADMIN.email}", "password": "${ADMIN.password}"}}'`,
  ruby: (host, port) => `require "uri"
require "net/http"

url = URI("http://${host}:${port}/en/api/v1/accounts/login")

http = Net::HTTP.new(url.host, url.port);
request = Net::HTTP::Post.new(url)
request["Content-Type"] = "application/json"
request.body = "{\\"account\\": {\\"email\\": \\"${ADMIN.email}\\", \\"password\\": \\"${ADMIN.password}\\"}}"

response = http.request(request)
puts "authorization: #{response["Authorization"]}"
puts response.read_body`,
  python: (host, port) => `import http.client

conn = http.client.HTTPConnection("${host}", ${port})
payload = "{\\"account\\": {\\"email\\": \\"${ADMIN.email}\\", \\"password\\": \\"${ADMIN.password}\\"}}"
headers = {
  'Content-Type': 'application/json',
}
conn.request("POST", "/en/api/v1/accounts/login", payload, headers)
res = conn.getresponse()
print("authorization: " + res.getheader("Authorization"))
data = res.read()
print(data.decode("utf-8"))`,
  javascript: (host, port) => `var myHeaders = new Headers();
myHeaders.append("Content-Type", "application/json");

var raw = JSON.stringify({"account":{"email":"${ADMIN.email}","password":"${ADMIN.password}"}});

var requestOptions = {
  method: 'POST',
  headers: myHeaders,
  body: raw,
  redirect: 'follow'
};

fetch("http://${host}:${port}/en/api/v1/accounts/login", requestOptions)
  .then(response => { console.log("authorization: " + response.headers.get("Authorization")); return response.text(); })
  .then(result => console.log(result))
  .catch(error => console.log('error', error));`,
};

const installed = installedLanguages();

describe('The samples of the Slate document work as it prints them', () => {
  const { server, client } = useSharedServer();

  it.each(installed)('login, in %s: the documented body, and a JWT in the header that is good', async (name) => {
    const { hostname: host, port } = new URL(server.url);
    const printed = await runProgram(name, LOGIN_SAMPLES[name]?.(host, port) ?? '');
    const body = JSON.parse(/\{[^]*\}/.exec(printed)?.[0] ?? '') as unknown;
    expect(body).toEqual({ status: { success: 'Login sucessfully.' } });
    const jwt = /^authorization: Bearer (\S+)/im.exec(printed)?.[1];
    expect((await client.get('/user/me', jwt)).status).toBe(200);
  });

  it('get a kitten with a bare credential, in shell', async () => {
    const jwt = await client.logIn();
    const { token } = await client.addAuthHeader(jwt);
    for (const credential of [jwt, token]) {
      const printed = await runProgram(
        'shell',
        `curl -s "${server.url}/api/kittens/2" -H "Authorization: ${credential}"`,
      );
      expect(JSON.parse(printed)).toEqual({ id: 2, name: 'Max', breed: 'unknown', fluffiness: 5, cuteness: 10 });
    }
  });

  it('delete a kitten with a bare credential, in shell', async () => {
    const jwt = await client.logIn();
    const program = `curl -s "${server.url}/api/kittens/2" \\\n  -X DELETE \\\n  -H "Authorization: ${jwt}"`;
    expect(JSON.parse(await runProgram('shell', program))).toEqual({ id: 2, deleted: ':(' });
  });
});
