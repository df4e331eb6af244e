/** Bytes of a piece: enough that asking for them costs nothing, few enough to stay close to the processor. */
const PIECE = 1 << 19;

/**
 * A file in pieces. Each is there only until the next one is asked for: where the browser can do that, all are read into the same
 * memory, which takes less time than to have new memory for each.
 */
export async function* pieces(file: Blob): AsyncGenerator<Uint8Array, void> {
  const stream = file.stream();
  const reader = intoMemory(stream) ?? asTheyCome(stream);
  try {
    for (let piece = await reader.next(); piece; piece = await reader.next()) yield piece;
  } finally {
    await reader.cancel();
  }
}

interface PieceReader {
  next(): Promise<Uint8Array | undefined>;
  cancel(): Promise<void>;
}

function intoMemory(stream: ReadableStream<Uint8Array>): PieceReader | undefined {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = stream.getReader({ mode: 'byob' });
  } catch {
    return undefined; // not every browser's files are streams of bytes
  }
  let memory = new ArrayBuffer(PIECE);
  return {
    async next() {
      const { done, value } = await reader.read(new Uint8Array(memory));
      if (done) return undefined;
      memory = value.buffer;
      return value;
    },
    cancel: () => reader.cancel(),
  };
}

function asTheyCome(stream: ReadableStream<Uint8Array>): PieceReader {
  const reader = stream.getReader();
  return { next: async () => (await reader.read()).value, cancel: () => reader.cancel() };
}
