// The folders above have lock files, too, and are no part of this.
module.exports = { turbopack: { root: __dirname } };
