import { Item } from './lib/goods';

function Row(props) {
    return <li>{props.name}</li>;
}

function View(rows) {
    return <ul title={rows}>{rows.length ? <Row name="a" /> : none}</ul>;
//                                          ^^^ calls: view.Row § component
}
