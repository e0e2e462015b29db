// CPlatform: what Swift cannot reach in the C library or must not do in Swift.
//
// The code between vfork and exec, the signal handler, macros and variadic calls. One header for each concern;
// every name begins with `platform_`. It keeps no policy: Platform and Meanwhile decide, this carries out.
#ifndef CPLATFORM_H
#define CPLATFORM_H

#include "platform_faults.h"
#include "platform_loop.h"
#include "platform_signals.h"
#include "platform_spawn.h"
#include "platform_stand_in.h"
#include "platform_successor.h"
#include "platform_system.h"

#endif
