# Read by cpack: the time that everything in the package bears, unless SOURCE_DATE_EPOCH says it already.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  execute_process(COMMAND git -C ${CPACK_RETOUCH_SOURCES} log -1 --format=%ct
    OUTPUT_VARIABLE seconds OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(failed)
    message(WARNING "no commit here and no SOURCE_DATE_EPOCH: this package will be another one each time")
  else()
    set(ENV{SOURCE_DATE_EPOCH} ${seconds})
  endif()
endif()
