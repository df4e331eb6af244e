/**
 * The data of server-sent events, one after the other, to the end of the stream. `EventSource` would do this, but for
 * the header with the token.
 */
export async function events(body: ReadableStream<Uint8Array>, take: (data: string) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const parts = (rest + decoder.decode(value, { stream: true })).split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const data = part.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart());
        if (data.length) take(data.join('\n'));
      }
    }
  } finally {
    reader.releaseLock();
  }
}
