import { codeSamples } from './code-samples.js';
import { EnvironmentValue } from './literal.js';
import type { SampleRequest } from './sample-request.js';

const POST: SampleRequest = {
  method: 'POST',
  url: 'https://api.example.com/things',
  isGuarded: true,
  body: { name: `'#{1}"\\`, 'a b': [true, null] },
};

/** The lines of a sample that contain a text. */
function linesWith(text: string, request: SampleRequest): Record<string, string[]> {
  return Object.fromEntries(
    codeSamples(request).map(({ lang, source }) => [lang, source.split('\n').filter((line) => line.includes(text))]),
  );
}

describe('A sample', () => {
  it('quotes strings by the rules of its language', () => {
    expect(linesWith('a b', POST)).toEqual({
      shell: [`  --data-raw '{"name": "'\\''#{1}\\"\\\\", "a b": [true, null]}'`],
      ruby: [`request.body = { name: "'\\#{1}\\"\\\\", "a b": [true, nil] }.to_json`],
      python: [`    data=json.dumps({"name": "'#{1}\\"\\\\", "a b": [True, None]}).encode(),`],
      javascript: [`  body: JSON.stringify({ name: "'#{1}\\"\\\\", ["a b"]: [true, null] }),`],
    });
  });

  it('reads the credential from the environment and contains none', () => {
    expect(linesWith('Bearer', POST)).toEqual({
      shell: ['  --header "Authorization: Bearer $TOKEN" \\'],
      ruby: ['request["Authorization"] = "Bearer #{ENV["TOKEN"]}"'],
      python: [`        "Authorization": f"Bearer {os.environ['TOKEN']}",`],
      javascript: ['    Authorization: `Bearer ${globalThis.TOKEN ?? process.env.TOKEN}`,'],
    });
    for (const { source } of codeSamples({ ...POST, isGuarded: false })) expect(source).not.toContain('TOKEN');
  });

  it('reads a password from the environment and contains none', () => {
    const password = new EnvironmentValue('PASSWORD');
    expect(linesWith('PASSWORD', { ...POST, body: { password } })).toEqual({
      shell: [`  --data-raw '{"password": "'"$PASSWORD"'"}'`],
      ruby: ['request.body = { password: ENV["PASSWORD"] }.to_json'],
      python: ['    data=json.dumps({"password": os.environ["PASSWORD"]}).encode(),'],
      javascript: ['    password: globalThis.PASSWORD ?? process.env.PASSWORD'],
    });
  });

  it('uses TLS for an https URL', () => {
    expect(linesWith('use_ssl', POST).ruby).toEqual(['http.use_ssl = url.scheme == "https"']);
  });

  it('breaks a body that does not fit on one line', () => {
    const body = { first: 'x'.repeat(50), second: { third: ['y'.repeat(50), 'z'.repeat(50)] } };
    const { source } = codeSamples({ ...POST, body }).find(({ lang }) => lang === 'shell') ?? {};
    expect(source).toContain(
      `'{\n  "first": "${body.first}",\n  "second": {\n    "third": [\n      "${'y'.repeat(50)}",\n      "${'z'.repeat(50)}"\n    ]\n  }\n}'`,
    );
  });
});
