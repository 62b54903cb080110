export interface Store {
  read(key: string): string;
}

export class MemoryStore implements Store {
  read(key: string): string {
    return normal(key);
  }
}

const normal = (key: string) => key.trim();
