# Compiler choice and the flags of own code. Third-party headers never see our warnings (they are SYSTEM).

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR
    "GCC ${CMAKE_CXX_COMPILER_VERSION} silently miscompiles C++20 coroutines (temporaries in expressions with co_await "
    "are destroyed twice or never). Use clang 19: `cmake --preset dev` after `scripts/bootstrap`.")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# -fPIE everywhere, not CMAKE_POSITION_INDEPENDENT_CODE: that is -fPIC for libraries and -fPIE for executables, and clang
# refuses to share one precompiled header between the two.
add_compile_options(-fPIE)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # A precompiled header that holds the times of its sources is another file in every clone, and useless to ccache.
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
endif()
add_link_options(-pie)

# mold links a test binary in a tenth of a second; CMAKE_LINKER_TYPE would need CMake 3.29.
find_program(RETOUCH_MOLD mold)
if(RETOUCH_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Everything that changes the ABI or instruments code is global, so that no object differs from another.
if(RETOUCH_SANITIZE)
  add_compile_options(-fsanitize=${RETOUCH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${RETOUCH_SANITIZE})
endif()
if(RETOUCH_COVERAGE)
  # Counters live in a file that the running programs share (%c), one for each program (%m): what is killed, leaves by _exit or
  # becomes another user has counted all the same, and nothing is written at its end. LLVM_PROFILE_FILE would not reach programs
  # that are started with an empty environment, so the place is compiled in.
  set(profile -fprofile-instr-generate=${CMAKE_BINARY_DIR}/profiles/%m%c.profraw)
  add_compile_options(${profile} -fcoverage-mapping "SHELL:-mllvm -runtime-counter-relocation")
  add_link_options(${profile})
endif()
if(RETOUCH_HARDEN)
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fcf-protection
                      -ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=build)
  add_link_options(-Wl,-z,relro,-z,now)
  # What nothing calls is left out: a program that waits for hours should be small.
  add_compile_options(-ffunction-sections -fdata-sections)
  add_link_options(-Wl,--gc-sections)
  if(RETOUCH_MOLD)
    # Functions that came out alike are there once (only where nobody can tell: safe). Not --pack-dyn-relocs=relr: what
    # mold 1.10 makes of it says nothing of GLIBC_ABI_DT_RELR, and the loader refuses it.
    add_link_options(-Wl,--icf=safe)
  endif()
endif()

# Linked privately by own targets only.
add_library(retouch_warnings INTERFACE)
target_compile_options(retouch_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wimplicit-fallthrough -Wextra-semi -Werror
  # Designated initialisers that leave members at their defaults are how requests and options are written here.
  -Wno-missing-field-initializers -Wno-missing-designated-field-initializers)

if(RETOUCH_UNITY)
  # Several files as one: a name of one file's unnamed namespace is in sight of the others' parameters, which is no mistake.
  target_compile_options(retouch_warnings INTERFACE -Wno-shadow)
endif()
