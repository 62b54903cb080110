function help() {}

module.exports = { help, other: other };

function other() {
  help();
}
