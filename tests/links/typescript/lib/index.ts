export { weigh, Item as Thing } from './goods';
//       ^^^^^ imports: lib/goods.weigh § re-export
export * from './tools';
