/*
 * xeploai: the C interface. Generated from ffi/src by `make header`; do not edit.
 *
 * So far it has the versions only. Texts that it returns are of static life and not to be freed.
 */

#ifndef XEPLOAI_H
#define XEPLOAI_H

#include <stddef.h>
#include <stdint.h>

/**
 * The version of the binary interface. A program refuses a library of another one.
 */
#define XEPLOAI_ABI_VERSION 0

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the binary interface of this library, to compare with `XEPLOAI_ABI_VERSION`.
 *
 * May be called from any thread at any time.
 */
uint32_t xeploai_abi_version(void);

/**
 * The version of this library, such as `0.1.0`: UTF-8, ended by a zero byte, of static life; not to be freed.
 *
 * May be called from any thread at any time.
 */
const char *xeploai_version(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* XEPLOAI_H */
