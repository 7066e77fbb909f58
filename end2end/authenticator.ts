// An authenticator app: codes from a secret (RFC 6238).

import { createHmac } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP_MS = 30_000;

/** Returns the code for this secret, now or some steps later. The product accepts a code one step early. */
export function codeOf(secret: string, stepsLater = 0): string {
  const digits = [...secret.replaceAll(' ', '')].map((digit) => BASE32.indexOf(digit).toString(2).padStart(5, '0'));
  const key = Buffer.from((digits.join('').match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS) + stepsLater));
  const mac = createHmac('sha1', key).update(step).digest();
  const number = mac.readUInt32BE(mac.readUInt8(mac.length - 1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** Returns an invalid code. */
export function wrongCodeOf(secret: string): string {
  const valid = [-2, -1, 0, 1, 2].map((stepsLater) => codeOf(secret, stepsLater));
  return ['000000', '000001', '000002', '000003', '000004', '000005'].find((code) => !valid.includes(code)) ?? '';
}
