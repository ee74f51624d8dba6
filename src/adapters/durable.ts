import { closeSync, fdatasync, fsync, openSync } from 'node:fs'

/** Makes the names in a directory durable. Systems that cannot sync a directory are left alone. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform !== 'win32') await syncAt(directory, 'r', fsync)
}

/** Makes durable what a file holds. */
export async function syncContent(file: string): Promise<void> {
  await syncAt(file, 'r+', fdatasync)
}

async function syncAt(path: string, flags: string, sync: typeof fsync | typeof fdatasync): Promise<void> {
  const opened = openSync(path, flags)
  try {
    await synced(sync, opened)
  } finally {
    closeSync(opened)
  }
}

/** `fsync` or `fdatasync` of an open file. */
export function synced(sync: typeof fsync | typeof fdatasync, opened: number): Promise<void> {
  return new Promise((resolve, reject) => sync(opened, (error) => (error === null ? resolve() : reject(error))))
}
