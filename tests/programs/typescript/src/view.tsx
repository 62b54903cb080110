import { unit } from './square';

export function View(props: { title: string }) {
  const square = unit();
  return <h1 title={props.title}>{square.area()}</h1>;
}
