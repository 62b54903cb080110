import { Store } from './store';

export class Service {
  constructor(private store: Store) {}

  load(): string {
    return this.store.read('a');
  }
}
