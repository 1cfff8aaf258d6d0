import { issuerOf, qrCodeOf, totpUri } from './totp-uri.js';

describe('totpUri', () => {
  it('escapes what the label could be broken by', () => {
    const uri = new URL(totpUri('Elastic Personas', 'a:b/c?d&e #é', 'ABC234'));
    expect(uri.href).toMatch(/^otpauth:\/\/totp\/Elastic%20Personas:a%20b%2Fc%3Fd%26e%20%23%C3%A9\?/);
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      secret: 'ABC234',
      issuer: 'Elastic Personas',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });

  it('names the host that PUBLIC_URL has', () => {
    expect(issuerOf({ publicUrl: 'https://login.example.com/auth' })).toBe('login.example.com');
  });

  it('has one colon in its label, where apps split it: a port and a username bring none', () => {
    const issuer = issuerOf({ publicUrl: 'https://login.example.com:8443/auth' });
    const uri = new URL(totpUri(issuer, 'team:john', 'ABC234'));
    expect(decodeURIComponent(uri.pathname)).toMatch(/^[^:]*login\.example\.com 8443:team john$/);
    expect(uri.searchParams.get('issuer')).toBe('login.example.com 8443');
  });
});

describe('qrCodeOf', () => {
  it('is an image without script, link or style', () => {
    const svg = qrCodeOf(totpUri('Elastic Personas', '<script>alert(1)</script>', 'ABC234'));
    expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 \d+ \d+"/);
    expect(svg).not.toMatch(/script|href|style|on\w+=/i);
  });
});
