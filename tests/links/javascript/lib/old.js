const tools = require('./tools.js');
//    ^^^^^ imports: lib/tools § require

function old() {
    return tools.helped(1);
//               ^^^^^^ calls: lib/tools.helped
}

module.exports = { old };
