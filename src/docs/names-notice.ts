/** Why names and methods differ from call to call, and what is accepted besides. A block quote is shown as a notice. */
export const NAMES_NOTICE = `> **Two documents, two spellings.** Our API keeps what two older documents ask for, so that clients of both work unchanged.
>
> - *Access and authentication* asks for \`/user\` and \`/authheader\`. It writes the user of a response with capitals (\`Id\`,
>   \`Username\`, \`PasswordExpiration\`), but requests and auth headers without (\`id\`, \`username\`). It names the token to delete
>   \`text\`, has no version in its paths, and deletes by \`POST\`. What we added below these paths follows it.
> - The *API Reference* asks for \`/{locale}/api/v1/accounts\`, with \`account\` and \`status\` around the fields, and for the kittens,
>   which \`DELETE\` deletes.
> - Every \`POST\` answers 200, also one that creates something.
>
> **Accepted besides:** \`id\` where \`text\` is, a username where the id of a user is, \`Id\` where a list calls it so, and an entry of
> \`/user/list\`, \`/authheader/list\` or \`/authheader/all\`, with your changes in it, at \`update\`. Two values for one field are refused,
> and so are two users.
`;
