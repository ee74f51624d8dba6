import { closeSync, fsync, openSync, type fdatasync } from 'node:fs'

/** Makes the names in a directory durable. Systems that cannot sync a directory are left alone. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const opened = openSync(directory, 'r')
  try {
    await synced(fsync, opened)
  } finally {
    closeSync(opened)
  }
}

/** `fsync` or `fdatasync` of an open file. */
export function synced(sync: typeof fsync | typeof fdatasync, opened: number): Promise<void> {
  return new Promise((resolve, reject) => sync(opened, (error) => (error === null ? resolve() : reject(error))))
}
