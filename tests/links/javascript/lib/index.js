export { weigh, Item as Thing } from './goods.js';
//       ^^^^^ imports: lib/goods.weigh § re-export
export * from './tools.js';
