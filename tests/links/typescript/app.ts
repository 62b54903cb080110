import fs from 'fs';
//     ^^ imports: external fs#default § external module
import start from './lib/goods';
//     ^^^^^ imports: lib/goods.main § default export
import { Fruit, Item, Scale } from './lib/goods';
//       ^^^^^ imports: lib/goods.Fruit § import of a name, relative import
import { weigh as scale } from './lib/goods';
//       ^^^^^ imports: lib/goods.weigh § import under another name
import * as goods from './lib/goods';
//          ^^^^^ imports: lib/goods § import of everything, import of a module
import { weigh, helped } from './lib/index';

function plain(items) {
    const first = new Fruit(1);
//        ^^^^^ type: lib/goods.Fruit § type by construction
    first.label();
//        ^^^^^ calls: lib/goods.Item.label § inherited method, method
    Item.unit();
//       ^^^^ calls: lib/goods.Item.unit § static method
    weigh(first);
//  ^^^^^ calls: lib/goods.weigh § re-exported function
    scale(first);
//  ^^^^^ calls: lib/goods.weigh § through an alias, default arguments
    goods.weigh(first);
//        ^^^^^ calls: lib/goods.weigh § imported function
    goods.weigh(first, 1, 2, 3);
//        ^^^^^ calls: lib/goods.weigh § variadic arguments
    helped(first);
//  ^^^^^^ calls: lib/tools.helped
    start();
//  ^^^^^ calls: lib/goods.main
    new Item(1).self().label();
//                     ^^^^^ calls: lib/goods.Item.label § chained calls
    first.text();
//        ^^^^ calls: lib/goods.Fruit.text § imported type's method
    {
        let inside = 1;
//          ^^^^^^ declares: LOCAL inside § local variable, block scope
    }
    return plain(items);
//         ^^^^^ calls: app.plain § recursion
}

function typed(item: Item, scale: Scale) {
//             ^^^^ type: lib/goods.Item § declared type of a variable
//                         ^^^^^ type: lib/goods.Scale § type of an imported name
    scale.read();
//        ^^^^ calls: lib/goods.Scale.read | lib/goods.Spring.read § interface
}

export @Component class Annotated {}
//     ^^^^^^^^^^ declares: ANNOTATION Component § annotation

function show(item) {
    item.text();
//       ^^^^ calls: lib/goods.Item.text | lib/goods.Fruit.text § override
}

function shows() {
    show(new Item(1));
    show(new Fruit(1));
}

function apply(f, value) {
    return f(value);
//         ^ calls: app.one | app.values.<lambda>0 § callback
}

function one(value) {
    return value;
}

function maker() {
    return function made(value) {
        return value;
    };
}

function values() {
    const chosen = one;
    chosen(1);
//  ^^^^^^ calls: app.one § function as a value
    apply(one, 1);
    apply(v => v, 2);
//        ^^^^^^ declares: METHOD app.values.<lambda>0 § closure
    const add = v => v;
    add(3);
//  ^^^ calls: app.values.add § closure
    maker()(4);
//  ^^^^^^^^^^ calls: app.maker.made § returned closure
}
