const { help } = require('./lib');
const lib = require('./lib');

function start() {
  help();
  lib.other();
}
