import type { Base } from './base';
import { Injectable, Inject } from "@di/core";
export namespace Shop {
  export enum State { Open = 1, Closed = 'c' }
  export interface Shape<T = number> extends Base { readonly area: T; draw?(on: Canvas): void; [key: string]: unknown; new (x: T): Shape<T>; }
}
type Pair<A, B extends keyof A> = A[B] extends (infer U)[] ? [U, B] : { [K in keyof A]?: A[K] };
declare module 'x' { export function f(a: string): asserts a is 'b'; }
declare const VERSION: string;
abstract class Repo<T extends object> implements Shape<T> {
  private readonly items: Map<string, T> = new Map();
  constructor(@Inject('db') protected db: Db, public limit?: number) { }
  @Injectable({ scope: 'all' })
  public async find(id: string, deep = false): Promise<T | undefined> {
    const found = this.items.get(id) as T;
    if (found !== undefined && deep) { return found!; }
    for (const [key, value] of this.items) { if (key.startsWith(id)) return value; }
    return (await this.db.load<T>(id)) ?? undefined;
  }
  abstract save(item: T): void;
  get(id: number): T;
  get(id: any): any { try { return this.items[id]; } catch (e: unknown) { throw e; } finally { } }
  static of = <U extends object>(x: U): Repo<U> => { return x satisfies U as any; };
}
export const enum Flag { A = 1 << 0, B = A | 2 }
function over(this: Window, x: string | null): x is string { let y: typeof x; y = x?.trim() ?? ''; return !!y; }
export default over;
export = Repo;
