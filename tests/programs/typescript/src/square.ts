import { Base } from './shape';

export class Square extends Base {
  constructor(private side: number) {
    super();
  }

  area(): number {
    return this.side ** 2;
  }
}

export function unit(): Square {
  return new Square(1);
}
