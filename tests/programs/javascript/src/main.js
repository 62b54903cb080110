import Counter, { add, twice as double } from './math';
import * as math from './math';
const fs = require('fs');

class Loud extends Counter {
  up() {
    console.log('up');
    return super.up();
  }
}

function main(path) {
  const text = fs.readFileSync(path);
  const counter = new Loud(1);
  counter.up();
  double(add(1, 2));
  math.add(3, 4);
}

main('x.txt');
