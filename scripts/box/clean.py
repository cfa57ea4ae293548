"""Ending what runs in the cache folder, and removing the folder itself."""

import shutil

from . import databases, postgres, serve, settings


def stop_all():
    serve.stop_all()
    postgres.stop()
    print("Nothing of this cache folder runs any more.")


def remove_all():
    """Only a folder that says it is ours: SCG_CACHE may have been mistyped."""
    if not settings.CACHE.exists():
        print("There is nothing to remove.")
        return
    settings.check_cache_is_ours()
    serve.stop_all()
    if postgres.is_private():
        postgres.stop()
        postgres.remove()
    elif settings.VENV_PYTHON.exists():
        databases.drop_all()
    shutil.rmtree(settings.CACHE)
    print(f"Removed {settings.CACHE}")
