import { remedyOf } from './smtp-remedy.js';

describe('What an operator reads about a mail server that fails', () => {
  it.each([
    ['the server is not reached (DEPTH_ZERO_SELF_SIGNED_CERT)', 'certificate'],
    ['the server is not reached (ERR_TLS_CERT_ALTNAME_INVALID)', 'certificate'],
    ['the server is not reached (UNABLE_TO_VERIFY_LEAF_SIGNATURE)', 'NODE_EXTRA_CA_CERTS'],
    ['the server is not reached (ERR_SSL_WRONG_VERSION_NUMBER)', 'smtp://'],
    ['the server answered 500 to STARTTLS', 'tls=none'],
    ['the server answered 535 to AUTH', 'user and the password'],
    ['the server answered 530 to MAIL', 'user:password@'],
    ['the server answered 550 to MAIL', 'MAIL_FROM'],
    ['the server answered 550 to RCPT', 'this address'],
    ['the server answered 451 to DATA', 'later'],
    ['the server is not reached (ENOTFOUND)', 'host'],
    ['the server is not reached (ECONNREFUSED)', 'port'],
    ['the server is not reached (ETIMEDOUT)', 'smtps://'],
    ['the server is not reached (ECONNECTION)', 'closed'],
    ['the mail is not valid (EMESSAGE)', 'larger'],
  ])('of "%s" names what to look at: %s', (reason, word) => {
    expect(remedyOf({ reason })).toContain(word);
  });
});
