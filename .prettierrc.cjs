/** The options OCA uses, so that files look alike across Odoo's community. */
module.exports = {
    plugins: [require.resolve("@prettier/plugin-xml")],
    bracketSpacing: false,
    printWidth: 88,
    xmlWhitespaceSensitivity: "preserve",
    overrides: [
        {files: ["*.js", "*.cjs", "*.mjs", "*.xml", "*.scss"], options: {tabWidth: 4}},
    ],
};
