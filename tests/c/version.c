/* The header compiles twice over as strict C99 and C++11, and the library that it names is the one that is linked. */
#include "xeploai.h"
#include "xeploai.h"
#include "check.h"

/* The layout on both sides of the boundary. */
typedef char bytes_is_16[sizeof(xeploai_bytes) == 2 * sizeof(size_t) ? 1 : -1];
typedef char value_is_40[sizeof(void *) != 8 || sizeof(xeploai_value) == 40 ? 1 : -1];
typedef char callbacks_is_40[sizeof(void *) != 8 || sizeof(xeploai_callbacks) == 40 ? 1 : -1];
typedef char outcome_is_24[sizeof(xeploai_outcome) == 24 ? 1 : -1];

int main(void) {
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", XEPLOAI_VERSION_MAJOR, XEPLOAI_VERSION_MINOR, XEPLOAI_VERSION_PATCH);
    CHECK(sizeof(bytes_is_16) + sizeof(value_is_40) + sizeof(callbacks_is_40) + sizeof(outcome_is_24) == 4);
    CHECK(xeploai_abi_version() == XEPLOAI_ABI_VERSION);
    CHECK(strcmp(xeploai_version(), XEPLOAI_VERSION) == 0);
    CHECK(strcmp(version, XEPLOAI_VERSION) == 0);
    CHECK(XEPLOAI_VERSION_NUMBER == XEPLOAI_VERSION_MAJOR * 1000000 + XEPLOAI_VERSION_MINOR * 1000 + XEPLOAI_VERSION_PATCH);
    return closing("versions");
}
