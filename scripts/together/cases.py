"""What may happen at the same moment. Each case raises when something is not right;
after each the reference accountant looks at the books."""

import threading
from functools import partial

from odoo.exceptions import UserError
from odoo.fields import Date

from .scene import BLOCKED

JANUARY = "2026-01-31"


def post(env, move_id):
    env["account.move"].browse(move_id).action_post()


def get_period(env, day=JANUARY):
    periods = env(su=True)["sales.commission.period"]
    return periods._get_for(env.company, Date.to_date(day))


def start_until(scene, point, who, work, name=None):
    """*who* starts *work* and stands still at *point*.

    :return: ``(the session, set it to let the session go on)``
    """
    arrived, go_on = threading.Event(), threading.Event()

    def wait():
        arrived.set()
        go_on.wait(20)

    scene.gates.at(name or who, point, wait)
    session = scene.start(who, work, name=name)
    assert arrived.wait(20), f"{name or who} never came to {point}"
    return session, go_on


def is_held(scene, session):
    """Whether it came to an end, or waits for a lock of another one."""
    return session.is_done() or bool(scene.ask(BLOCKED)[0][0])


def count(scene, table, condition="TRUE", *parameters):
    question = f"SELECT COUNT(*) FROM sales_commission_{table} WHERE {condition}"
    return scene.ask(question, *parameters)[0][0]


# --- documents ------------------------------------------------------------------------


def two_post_for_one_payee(scene):
    """Both have credited before either is priced."""
    for month in ("01", "01", "02"):
        moves = [
            scene.invoice(900, f"2026-{month}-10", "Ann", j) for j in ("Ann", "Bob")
        ]
        meet = threading.Barrier(2, timeout=20)
        for login in ("one", "two"):
            scene.gates.at(login, "credited", meet.wait)
        sessions = [
            scene.start(*args, name=args[0])
            for args in (("one", post, moves[0]), ("two", post, moves[1]))
        ]
        for session in sessions:
            session.end()
        found = count(scene, "credit", "document_id = ANY(%s)", moves)
        assert found == 4, f"{found} credits for two invoices of two components"


def one_posts_on_an_old_picture(scene):
    """Two has begun before one was done, and prices what it cannot see."""
    for month in ("01", "03"):
        moves = [
            scene.invoice(700, f"2026-{month}-11", "Ann", j) for j in ("Ann", "Bob")
        ]
        begun, done = threading.Event(), threading.Event()

        def post_late(env, move_id, begun=begun, done=done):
            env["account.move"].browse(move_id).state  # noqa: B018
            begun.set()
            done.wait(20)
            post(env, move_id)

        late = scene.start("two", post_late, moves[1])
        assert begun.wait(20)
        scene.work("one", post, moves[0])
        done.set()
        late.end()


def one_posts_while_another_sweeps(scene):
    """The sweep has credited what was missed when an invoice comes in between."""

    def fail():
        raise RuntimeError("nobody is credited")

    scene.gates.at("missed", "credited", fail)
    scene.start("one", post, scene.invoice(400), name="missed").end()
    assert count(scene, "run", "state = 'failed'"), "the failure was not kept"
    sweep, go_on = start_until(
        scene, "credited", "one", lambda env: scene.sweep(), name="sweep"
    )
    scene.work("two", post, scene.invoice(500, journal="Bob"))
    go_on.set()
    sweep.end()


def pay_and_refund(scene):
    """Both settle the same invoice."""
    move_id = scene.invoice(1_000, "2026-02-03")
    scene.work("one", post, move_id)

    def pay(env):
        env["account.payment.register"].with_context(
            active_model="account.move", active_ids=[move_id]
        ).create({"payment_date": "2026-02-20", "amount": 600})._create_payments()

    def refund(env):
        move = env["account.move"].browse(move_id)
        values = [{"invoice_date": "2026-02-21", "date": "2026-02-21"}]
        refunds = move._reverse_moves(values)
        refunds.invoice_line_ids.price_unit = 400
        refunds.action_post()
        lines = (move | refunds).line_ids.filtered(
            lambda row: row.account_id.account_type == "asset_receivable"
        )
        lines.filtered(lambda row: not row.reconciled).reconcile()

    payer, go_on = start_until(scene, "credited", "one", pay, name="pay")
    refunder = scene.start("two", refund)
    scene.wait_until("the other is done or waits", lambda: is_held(scene, refunder))
    go_on.set()
    payer.end()
    refunder.end()
    [(residual,)] = scene.ask(
        "SELECT amount_residual FROM account_move WHERE id = %s", move_id
    )
    assert not residual, residual


# --- statements -----------------------------------------------------------------------


def compute(env, day=JANUARY):
    get_period(env, day).with_env(env).action_compute_statements()


def confirm(env, day=JANUARY):
    statements = get_period(env, day).with_env(env).statement_ids
    statements.filtered(lambda row: row.state == "draft").action_confirm()


def approve(env, day=JANUARY):
    get_period(env, day).with_env(env).statement_ids.filtered(
        lambda row: row.state == "confirmed"
    ).action_approve()


def post_statements(env, day=JANUARY):
    get_period(env, day).with_env(env).statement_ids.filtered(
        lambda row: row.state == "approved"
    ).action_post()


def get_lines(scene):
    return scene.ask(
        """
        SELECT line.id, line.amount FROM sales_commission_statement_line line
          JOIN sales_commission_statement statement ON statement.id = line.statement_id
         WHERE statement.state != 'draft' ORDER BY 1
        """
    )


def two_compute_statements(scene):
    """The second is told, or comes after the first."""
    scene.work("one", compute)
    first, go_on = start_until(scene, "drafting", "one", compute)
    second = scene.start("two", compute)
    scene.wait_until("the second is told", second.is_done)
    go_on.set()
    first.end()
    second.end(may_fail=UserError)
    assert isinstance(second.error, UserError), "both computed the same statements"


def confirm_while_another_computes(scene):
    """What one has confirmed must stay as that one saw it, though another was about
    to write the same figures anew."""
    scene.work("one", compute)
    first, go_on = start_until(scene, "drafting", "one", compute)
    second = scene.start("two", confirm)
    scene.wait_until("the second is told or waits", lambda: is_held(scene, second))
    before = get_lines(scene)
    go_on.set()
    first.end(may_fail=UserError)
    second.end(may_fail=UserError)
    after = dict(get_lines(scene))
    assert all(after.get(line) == amount for line, amount in before), (
        "a confirmed statement was written anew"
    )
    scene.work("one", lambda env: confirm(env))


def two_post_statements(scene):
    """One journal entry, whoever comes first."""
    scene.work("one", approve)
    first, go_on = start_until(scene, "posting", "one", post_statements)
    second = scene.start("two", post_statements)
    scene.wait_until("the second is told", second.is_done)
    go_on.set()
    first.end()
    assert isinstance(second.error, UserError), "both posted the same statements"
    [(entries,)] = scene.ask(
        """
        SELECT COUNT(DISTINCT move_id) FROM sales_commission_statement
         WHERE state IN ('posted', 'paid') AND move_id IS NOT NULL
        """
    )
    assert entries == 1, f"{entries} entries"


def two_post_an_agents_bill(scene):
    """One bill, whoever comes first, and none beside the draft of the other."""
    day = "2026-04-30"

    def bring_to_approval(env):
        company = env.company.sudo()
        company._create_sales_commission_accounts()
        payee = env(su=True)["hr.employee"].browse(scene.payees["Ann"])
        payee.sales_commission_agent = True
        compute(env, day)
        confirm(env, day)
        approve(env, day)

    scene.work("one", post, scene.invoice(800, "2026-04-09"))
    scene.work("one", bring_to_approval)
    first, go_on = start_until(
        scene, "entry made", "one", lambda env: post_statements(env, day)
    )
    second = scene.start("two", lambda env: post_statements(env, day))
    scene.wait_until("the second is told", second.is_done)
    go_on.set()
    first.end()
    assert isinstance(second.error, UserError), "both made the bill"
    third = scene.start("two", lambda env: post_statements(env, day))
    third.end(may_fail=UserError)
    assert isinstance(third.error, UserError), "a second bill beside the draft"
    [(bills,)] = scene.ask(
        "SELECT COUNT(*) FROM account_move WHERE move_type = 'in_invoice'"
    )
    assert bills == 1, f"{bills} bills"

    def pay_by_entry_after_all(env):
        env(su=True)["hr.employee"].browse(
            scene.payees["Ann"]
        ).sales_commission_agent = False
        get_period(env, day).with_env(env).statement_ids.action_reverse_entry()
        post_statements(env, day)

    scene.work("one", pay_by_entry_after_all)


def two_take_back_an_entry(scene):
    """One reversal, whoever comes first."""
    [(statement, entry)] = scene.ask(
        """
        SELECT id, move_id FROM sales_commission_statement
         WHERE state = 'posted' AND period_date = %s ORDER BY id LIMIT 1
        """,
        JANUARY,
    )

    def take_back(env):
        env["sales.commission.statement"].browse(statement).action_reverse_entry()

    begun, done = threading.Event(), threading.Event()

    def take_back_late(env):
        env["sales.commission.statement"].browse(statement).state  # noqa: B018
        begun.set()
        done.wait(20)
        take_back(env)

    late = scene.start("two", take_back_late)
    assert begun.wait(20)
    scene.work("one", take_back)
    done.set()
    late.end(may_fail=UserError)
    assert isinstance(late.error, UserError), "both took the entry back"
    [(reversals,)] = scene.ask(
        "SELECT COUNT(*) FROM account_move WHERE reversed_entry_id = %s", entry
    )
    assert reversals == 1, f"{reversals} reversals"
    scene.work("one", post_statements)


def start_closing(env, day):
    get_period(env, day).with_env(env).action_start_closing()


def one_posts_while_another_starts_closing(scene):
    """What is committed after the review began is late, though its earnings have lower
    numbers than some that are in time."""
    may = "2026-05-31"
    scene.work("one", post, scene.invoice(1_000, "2026-05-10"))
    late = scene.invoice(600, "2026-05-11", journal="Bob")
    poster, go_on = start_until(scene, "priced", "two", partial(post, move_id=late))
    scene.work("one", post, scene.invoice(800, "2026-05-12", "Bob"))
    scene.work("one", start_closing, may)
    before = get_drafted(scene, may)
    go_on.set()
    poster.end()
    scene.work("one", compute, may)
    assert get_drafted(scene, may) == before, "what came late is on a statement"
    left = scene.ask(
        """
        SELECT MIN(e.id) < (SELECT MAX(earning_id)
                              FROM sales_commission_period_earning_rel)
          FROM sales_commission_earning e
         WHERE NOT EXISTS (
            SELECT 1 FROM sales_commission_statement_line_earning_rel r
             WHERE r.earning_id = e.id)
        """
    )
    assert left == [(True,)], "the late earning has no lower number"


def get_drafted(scene, day):
    return scene.ask(
        """
        SELECT line.employee_id, line.component_id, line.level, line.date_from,
               line.amount
          FROM sales_commission_statement_line line
          JOIN sales_commission_statement statement ON statement.id = line.statement_id
         WHERE statement.period_date = %s ORDER BY 1, 2, 3, 4
        """,
        day,
    )
