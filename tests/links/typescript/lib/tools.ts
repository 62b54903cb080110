export function helped(item) {
    return item;
}
