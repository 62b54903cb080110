export const limit = 10;
//           ^^^^^ declares: MEMBER lib/goods.limit export const § variable of a module

export function weigh(item, scale = 1, ...others) {
//              ^^^^^ declares: METHOD lib/goods.weigh § function
//                    ^^^^ declares: METHOD_PARAMETER_IN item § parameter
//                          ^^^^^ declares: METHOD_PARAMETER_IN scale § default parameter
//                                        ^^^^^^ declares: METHOD_PARAMETER_IN others § variadic parameter
    function inner() {
//           ^^^^^ declares: METHOD lib/goods.weigh.inner § nested function
        return 1;
    }
    return inner();
//         ^^^^^ calls: lib/goods.weigh.inner § function
}

export class Item {
//           ^^^^ declares: TYPE_DECL lib/goods.Item § class
    static rate = 1;
//         ^^^^ declares: MEMBER lib/goods.Item.rate static § static field
    weight = 0;
//  ^^^^^^ declares: MEMBER lib/goods.Item.weight § field

    constructor(weight: number) {
//  ^^^^^^^^^^^ declares: METHOD lib/goods.Item.<init> § constructor
        this.weight = weight;
    }

    label() {
//  ^^^^^ declares: METHOD lib/goods.Item.label § method
        return this.text();
//                  ^^^^ calls: lib/goods.Item.text | lib/goods.Fruit.text § own method
    }

    text() {
        return 'item';
    }

    self() {
        return this;
    }

    static unit() {
//         ^^^^ declares: METHOD lib/goods.Item.unit static § static method
        return new Item(1);
//                 ^^^^ calls: lib/goods.Item.<init> § constructor
    }

    get size() {
//      ^^^^ declares: METHOD lib/goods.Item.size § property with accessors
        return this.weight;
    }
}

export class Fruit extends Item {
//           ^^^^^ inherits: lib/goods.Item § inheritance
    constructor(weight) {
        super(weight);
//      ^^^^^^^^^^^^^ calls: lib/goods.Item.<init> § constructor of the supertype
    }

    text() {
//  ^^^^ overrides: lib/goods.Item.text § overriding
        return super.text();
//                   ^^^^ calls: lib/goods.Item.text § super
    }
}

export class Shelf {
    constructor() {
        this.first = new Fruit(1);
    }

    show() {
        return this.first.label();
//                        ^^^^^ calls: lib/goods.Item.label § method of a field
    }
}

export interface Scale {
//               ^^^^^ declares: TYPE_DECL lib/goods.Scale export interface § interface
    read(): number;
}

export class Spring implements Scale {
//           ^^^^^^ inherits: lib/goods.Scale § implementation
    read(): number {
        return 1;
    }
}

export enum Color { Red, Green }
//          ^^^^^ declares: TYPE_DECL lib/goods.Color export enum § enum

export type Name = string;
//          ^^^^ declares: TYPE_DECL lib/goods.Name export alias § type alias

export class Box<T> {
//               ^ declares: TYPE_PARAMETER lib/goods.Box.T § generic type
    open(): T {
        return null;
    }
}

export namespace Units {
//               ^^^^^ declares: NAMESPACE_BLOCK lib/goods.Units § namespace
    export function gram() {}
}

export default function main() {
//                      ^^^^ declares: METHOD lib/goods.main
}
