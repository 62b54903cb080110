function inner() { return 3; }
exports.helper = inner;
exports.made = (() => () => inner())();
