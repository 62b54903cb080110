import * as lib from "lib";

class Box {
    private held: string = "";
    set(value: string): void {
        this.held = value;
    }
    get(): string {
        return this.held;
    }
}

export function boxes(): void {
    const box = new Box();
    box.set(lib.input());
    const other = new Box();
    other.set("safe");
    lib.run(box.get()); // flow: sql
    lib.run(other.get());
}
