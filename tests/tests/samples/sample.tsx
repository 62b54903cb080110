import React, { useState } from 'react';
interface Props { name: string; onDone?: (n: number) => void }
export const Hello: React.FC<Props> = ({ name, onDone, ...rest }) => {
  const [count, setCount] = useState<number>(0);
  const twice = <T,>(x: T): [T, T] => [x, x];
  if (count > 3) { onDone?.(count); }
  return (
    <>
      <h1 title={`hi ${name}`} {...rest}>Hello, {name}!</h1>
      {count ? <button onClick={() => setCount(c => c + 1)}>{count}</button> : null}
      {[1, 2].map(n => <li key={n}>{twice(n)[0]}</li>)}
    </>
  );
};
