#define LZ4F_STATIC_LINKING_ONLY
#include <lz4frame.h>
#include <lz4.h>
#include <lz4hc.h>
