// What markup evaluates.

function View(rows) {
    const name = rows;
    return <ul title={name}>{name ? long : short}</ul>;
//                    ^^^^ from: @4 § element
//                           ^^^^ cfg: true: long | false: short § expression in markup
}

function Row() {
//       ^^^ def: Row
    return <View />;
}

function Rows() {
    return <Row />;
//          ^^^ ref: Row § component
}
