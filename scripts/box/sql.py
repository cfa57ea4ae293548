"""Run statements on a server, from the virtual environment's Python.

Called as a program: `python sql.py DATABASE STATEMENT...`, prints rows as JSON. The
server comes from libpq's environment variables.
"""

import json
import sys

import psycopg2


def main(database, *statements):
    connection = psycopg2.connect(dbname=database, connect_timeout=10)
    connection.autocommit = True
    rows = []
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
    connection.close()
    print(json.dumps(rows, default=str))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except psycopg2.Error as error:
        sys.exit(str(error).strip())
