// Arithmetic for the rest of the program.
export function add(a, b) {
  return a + b;
}

export const twice = (n) => add(n, n);

export default class Counter {
  constructor(start) {
    this.value = start;
  }

  up() {
    this.value = add(this.value, 1);
    return this.value;
  }
}
