type Props = { title: string };
//   ^^^^^ def: Props

export function View(props: Props) {
//                   ^^^^^ def: props
//                          ^^^^^ ref: Props
    const label = props.title;
//        ^^^^^ def: label
//                ^^^^^ ref: props
    return <h1 title={label}>{props.title ? long : short}</h1>;
//                    ^^^^^ ref: label
//                            ^^^^^ ref: props
//                            ^^^^^^^^^^^ cfg: true: long | false: short
}

enum Color { Red, Green }
//   ^^^^^ def: Color

function paint(color: Color = Color.Red): void {
//                    ^^^^^ ref: Color
    switch (color) {
        case Color.Red:
            red();
//          ^^^^^ cfg: break;
            break;
//          ^^^^^^ cfg: after()
        default:
            other();
    }
    after();
}
