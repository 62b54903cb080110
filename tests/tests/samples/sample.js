#!/usr/bin/env node
'use strict';
import fs, { readFile as read, default as d } from 'fs';
import * as path from "path";
export * from './other.js';
export default class Order extends Base {
  static #count = 0;
  items = [];
  constructor(...items) { super(); this.items.push(...items); Order.#count++; }
  get total() { return this.items.reduce((a, b) => a + b, 0); }
  set total(v) { throw new RangeError(`no ${v} of ${this.total}`); }
  async *ship(parcels) {
    for await (const { id, to: [street, city = 'x'], ...rest } of parcels) {
      yield* await this?.send?.(id, street ?? city, rest);
    }
  }
  static { this.ready = true; }
}
const { a, b: { c = 1 } = {} } = require('./config');
export function run(n, { deep = true } = {}, ...more) {
  var hoisted = 0;
  outer: for (let i = 0, j = n; i < j; i++, --j) {
    for (const key in more) {
      if (!(key in hoisted)) continue outer;
      if (key === 'stop') break outer;
    }
    do { hoisted += i ** 2; } while (hoisted < 10 && deep || n);
  }
  switch (typeof n) {
    case 'number': hoisted = 1;
    case 'string': { break; }
    default: delete more[0];
  }
  try { JSON.parse(n); } catch { return; } finally { hoisted ||= /re[g/]ex/gi.test(n); }
  const f = async function* named() { await 0; }, g = x => ({ x, [n]: x, f() {}, get y() { return 1; } });
  label: { if (n) break label; debugger; }
  while (true) { if (new.target) break; }
  return n ? f : (g, void 0);
}
(function () { this.x = <div className="a" {...a}>{c} <b/></div>; })();
module.exports = { run, Order };
