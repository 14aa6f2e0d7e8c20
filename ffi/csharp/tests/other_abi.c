/* A library that says it has another version of the interface, and can do nothing else. */
unsigned xeploai_abi_version(void) { return 7; }
