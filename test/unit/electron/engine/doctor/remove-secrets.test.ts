import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removeSecrets, secretValues } from '../../../../../electron/engine/doctor/remove-secrets.ts';

const HOME = '/srv/people/ada';

describe('removeSecrets', () => {
  it.each([
    ['a hub token', 'HF_TOKEN is hf_AbCdEfGhIjKlMnOpQrStUv here', 'hf_AbCdEfGhIjKlMnOpQrStUv'],
    ['a key of an API', 'using sk-proj-abcdefghij0123456789', 'sk-proj-abcdefghij0123456789'],
    ['a token of a code host', 'ghp_abcdefghijklmnopqrstuvwxyz', 'ghp_abcdefghijklmnopqrstuvwxyz'],
    ['a cloud key', 'AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
    ['a bearer token', 'Authorization: Bearer abc.def-ghi_jkl', 'abc.def-ghi_jkl'],
    ['a password in an address', 'https://ada:verysecret@example.org/x', 'verysecret'],
    ['a password in a variable', 'DB_PASSWORD=swordfish9', 'swordfish9'],
    ['a password in JSON', '{"password": "swordfish9", "user": "ada"}', 'swordfish9'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', 'MIIE'],
    ['a token that is an argument of its own', 'embed --hf-token SUPERsecret99 a.fa', 'SUPERsecret99'],
    ['a password in a list of arguments', '["embed","--password","hunter2hunter2","a.fa"]', 'hunter2hunter2'],
    ['one in a list in a text of JSON', String.raw`"[\"embed\", \"--api-key\", \"abcdefgh123\"]"`, 'abcdefgh123'],
  ])('removes %s', (_what, text, secret) => {
    expect(removeSecrets(text, HOME)).not.toContain(secret);
    expect(removeSecrets(text, HOME)).toContain('«removed»');
  });

  it('keeps figures of token usage', () => {
    const line = 'Token usage: input=1234567, output=7654321, cache_read=0, cache_creation=0';
    expect(removeSecrets(line, HOME)).toBe(line);
    expect(removeSecrets('{"input_tokens": 1234567}', HOME)).toBe('{"input_tokens": 1234567}');
  });

  it('keeps figures that belong to options named after tokens, and what follows a switch', () => {
    for (const line of [
      'run --max-tokens 1000000 --batch 8',
      '["--max-tokens","512000"]',
      'run --no-token --verbose yes',
    ])
      expect(removeSecrets(line, HOME)).toBe(line);
  });

  it('leaves JSON what it was, also where a text of it holds quotes', () => {
    const cleaned = removeSecrets(JSON.stringify({ command: ['sh', '-c', 'run "--api-key=abc\\defgh123" x'] }), HOME);
    expect(JSON.parse(cleaned)).toEqual({ command: ['sh', '-c', 'run "--api-key=«removed»" x'] });
  });

  it('removes known values wherever they stand', () => {
    const known = secretValues({ api_key: 'SUPERsecretVALUE99', HF_TOKEN: 'short', PATH: '/usr/bin:/bin', size: 7 });
    expect(known).toEqual(['SUPERsecretVALUE99']);
    expect(removeSecrets('args SUPERsecretVALUE99x', HOME, known)).toBe('args «removed»x');
  });

  it('writes the home folder as ~', () => {
    expect(removeSecrets('/srv/people/ada/data/a.fa', HOME)).toBe('~/data/a.fa');
  });

  it('finds a token anywhere in a text', () => {
    const token = 'hf_AbCdEfGhIjKlMnOpQrStUv';
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (before, after) => {
        expect(removeSecrets(`${before} ${token} ${after}`, HOME)).not.toContain(token);
      }),
    );
  });
});
