interface Shape {
//        ^^^^^ def: Shape
    area(): number;
}

class Square implements Shape {
//                      ^^^^^ ref: Shape
    constructor(private side: number) {}

    area(): number {
        return this.side * this.side;
    }
}

function total(shapes: Shape[]): number {
//                     ^^^^^ ref: Shape
    let sum = 0;
//      ^^^ def: sum
    for (const shape of shapes) {
//             ^^^^^ def: shape
        if (!shape) continue;
//           ^^^^^ ref: shape
        sum += shape.area();
//      ^^^ ref: sum
    }
    return sum;
//         ^^^ ref: sum
}

function identity<T>(value: T): T {
//                ^ def: T
//                   ^^^^^ def: value
//                          ^ ref: T
    return value as T;
//         ^^^^^ ref: value
//                  ^ ref: T
}

function narrow(x: string | number) {
    while (x) {
//         ^ cfg: true: ready() | false: end
        if (ready() && x) break;
//          ^^^^^^^ cfg: true: x | false: ready() && x
//          ^^^^^^^^^^^^ cfg: true: break; | false: tick()
//                        ^^^^^^ cfg: end
        tick();
//      ^^^^^^ cfg: x
    }
}
