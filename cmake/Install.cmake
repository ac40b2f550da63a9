# `cmake --install` and `cpack -G DEB`: the program, its units, its default configuration, manual pages and completion.
# With the prefix /usr (preset release) the configuration goes to /etc, elsewhere below the prefix.
include(GNUInstallDirs)

install(TARGETS retouch RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# What the program prints of itself; built by the target `retouch_papers`, which `all` includes.
set(papers ${CMAKE_BINARY_DIR}/papers)
file(MAKE_DIRECTORY ${papers})
set(made)
# retouch_paper(FILE FILTER ARGUMENTS…): what the program prints, through `cat` or `gzip`
function(retouch_paper file filter)
  add_custom_command(OUTPUT ${papers}/${file} DEPENDS retouch VERBATIM COMMENT "retouch ${ARGN}"
    COMMAND sh -ec "\"$1\" $4 $5 > \"$2.tmp\"; $3 < \"$2.tmp\" > \"$2\"; rm \"$2.tmp\"" sh
      $<TARGET_FILE:retouch> ${papers}/${file} ${filter} ${ARGN})
  set(made ${made} ${papers}/${file} PARENT_SCOPE)
endfunction()
retouch_paper(retouch.bash cat completion bash)
retouch_paper(_retouch cat completion zsh)
retouch_paper(retouch.fish cat completion fish)
# Compressed as Debian wants it, the same in every build.
foreach(page retouch.1 retouch.yaml.5 retouch-manifest.5)
  retouch_paper(${page}.gz "gzip -9n" manual ${page})
  string(REGEX MATCH "[0-9]$" section ${page})
  install(FILES ${papers}/${page}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
add_custom_target(retouch_papers ALL DEPENDS ${made})

install(FILES ${papers}/retouch.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME retouch)
install(FILES ${papers}/_retouch DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${papers}/retouch.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

file(READ ${CMAKE_SOURCE_DIR}/systemd/common.conf RETOUCH_SERVICE_COMMON)
foreach(unit retouch.service retouch-once.service)
  configure_file(${CMAKE_SOURCE_DIR}/systemd/${unit}.in ${papers}/${unit} @ONLY)
  install(FILES ${papers}/${unit} DESTINATION lib/systemd/system)
endforeach()
install(FILES systemd/retouch.socket systemd/retouch-once.timer DESTINATION lib/systemd/system)
install(FILES systemd/retouch.sysusers DESTINATION lib/sysusers.d RENAME retouch.conf)
install(FILES systemd/retouch.tmpfiles DESTINATION lib/tmpfiles.d RENAME retouch.conf)

install(FILES packaging/retouch.yaml DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/retouch PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
install(DIRECTORY DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/retouch/manifests)

install(FILES CHANGELOG.md README.md docs/commands.md docs/configuration.md docs/gitops.md docs/installing.md docs/manifests.md docs/monitoring.md docs/service.md docs/sources.md docs/state.md
              docs/taking-over.md
  DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY systemd/retouch.service.d manifests docs/monitoring DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)

# Packing builds nothing: `cmake --build --preset release --target retouch_papers` first, the benchmarks are not needed for it.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
include(Package)
