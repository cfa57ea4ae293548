"""Programs of Debian's, unpacked below the cache folder with all they need."""

import os
import shutil

from . import apt, settings

WRAPPER = """\
#!/bin/sh
# Libraries and fonts were unpacked beside the program instead of being installed.
export LD_LIBRARY_PATH="{libraries}"
export FONTCONFIG_FILE="{root}/fonts.conf"
export XDG_CACHE_HOME="{root}/cache"
{exports}
exec "{program}" {arguments} "$@"
"""

FONTS_CONF = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{root}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{root}/cache/fontconfig</cachedir>
  <include ignore_missing="yes">{root}/etc/fonts/conf.d</include>
</fontconfig>
"""


def unpack(log, packages, root):
    """All at once or not at all: the folder has its name only when it is complete."""
    own = apt.own_release(log)
    building = root.with_name(f"{root.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    own.unpack(log, own.needed(*packages), building)
    shutil.rmtree(root, ignore_errors=True)
    building.rename(root)


def library_path(root):
    folders = sorted({str(path.parent) for path in root.rglob("*.so*")})
    return os.pathsep.join(folders)


def write_wrapper(wrapper, root, program, arguments="", **environment):
    (root / "fonts.conf").write_text(FONTS_CONF.format(root=root), encoding="utf-8")
    exports = (f'export {name}="{value}"' for name, value in environment.items())
    wrapper.parent.mkdir(parents=True, exist_ok=True)
    wrapper.write_text(
        WRAPPER.format(
            root=root,
            libraries=library_path(root),
            exports="\n".join(exports),
            program=root / program,
            arguments=arguments,
        ),
        encoding="utf-8",
    )
    wrapper.chmod(0o755)


def on_machine(*names):
    """The first of the programs that the machine has."""
    return next(filter(None, map(shutil.which, names)), None)


def wrapper(name):
    return settings.TOOLS_BIN / name
