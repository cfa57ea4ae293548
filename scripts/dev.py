"""The door behind the Makefile: `python3 scripts/dev.py COMMAND`."""

import sys

from box import bench, checks, clean, demo, lint, scratch, translations, venv
from box.settings import SettingsError, mark_cache
from box.steps import StepFailed, run_steps


def test():
    checks.forget_total()
    checks.set_up()
    return checks.run_all()


def test_odoo():
    checks.set_up(quiet=True)
    return checks.run_one(checks.run_odoo_tests)


def test_apps():
    checks.set_up(quiet=True)
    return checks.run_one(checks.run_app_tests)


def test_tours():
    checks.set_up(quiet=True)
    return checks.run_one(checks.run_tours)


def test_engine():
    run_steps([venv.STEP], quiet=True)
    return checks.run_one(checks.run_engine_tests)


def run_bench():
    bench.chosen_size()  # a typing error is told before anything is made
    bench.chosen_measures()
    checks.set_up(quiet=True)
    return bench.run()


def fuzz():
    checks.fuzz_settings()  # a typing error is told before anything is made
    checks.set_up(quiet=True)
    return checks.run_one(checks.run_fuzz)


def test_scripts():
    checks.set_up(quiet=True)
    return checks.run_one(checks.run_script_tests)


def check_style():
    run_steps([venv.STEP], quiet=True)
    return lint.check()


def format_files():
    run_steps([venv.STEP], quiet=True)
    return lint.write()


def shell():
    checks.set_up(quiet=True)
    return scratch.shell()


def start_scratch():
    checks.set_up(quiet=True)
    scratch.start()


def drop_scratch():
    checks.set_up(quiet=True)
    scratch.remove()


def update_pot():
    checks.set_up(quiet=True)
    return translations.export()


COMMANDS = {
    "bench": run_bench,
    "clean": clean.remove_all,
    "demo": demo.up,
    "demo-reset": demo.reset,
    "demo-stop": demo.down,
    "format": format_files,
    "fuzz": fuzz,
    "lint": check_style,
    "scratch": start_scratch,
    "scratch-drop": drop_scratch,
    "setup": checks.set_up,
    "shell": shell,
    "stop": clean.stop_all,
    "test": test,
    "test-engine": test_engine,
    "test-odoo": test_odoo,
    "test-apps": test_apps,
    "test-scripts": test_scripts,
    "test-tours": test_tours,
    "total": checks.show_total,
    "update-pot": update_pot,
}


def main(arguments):
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None:
        print(f"Commands: {' '.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        if command not in (clean.remove_all, clean.stop_all):
            mark_cache()
        return command()
    except (StepFailed, SettingsError) as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted: the same command goes on from here.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
