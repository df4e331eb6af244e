/** What a file is known by, worked out by the browser while the worker splits its rows: its own SHA-256 is several times as fast. */

/** Files above that are not held in memory for it. */
const LARGEST = 64 << 20;

/**
 * HMAC-SHA-256 of the file's SHA-256 under the workspace's key, in hexadecimal, as the module has it. Nothing where the
 * browser can't, or the file is too large: then the module is asked.
 */
export async function digestOf(file: File, key: string): Promise<string | undefined> {
  // Only where the connection is safe.
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (!subtle || file.size > LARGEST) return undefined;
  try {
    const bytes = Uint8Array.from(key.match(/../g) ?? [], (digits) => parseInt(digits, 16));
    const secret = await subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const digest = await subtle.digest('SHA-256', await file.arrayBuffer());
    const signed = new Uint8Array(await subtle.sign('HMAC', secret, digest));
    return Array.from(signed, (byte) => byte.toString(16).padStart(2, '0')).join('');
  } catch {
    return undefined; // whoever reads the file says why it can't be read
  }
}
