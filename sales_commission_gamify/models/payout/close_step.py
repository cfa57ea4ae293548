from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from .close_round import STEPS as ROUNDS

OFFICER = "sales_commission_gamify.group_officer"
ACCOUNTANT = "sales_commission_gamify.group_accountant"

# Which place of the bar a next step belongs to, and who may take it.
PLACES = {
    "compute": ("compute", (OFFICER, ACCOUNTANT)),
    "start": ("review", (OFFICER, ACCOUNTANT)),
    "confirm": ("review", (OFFICER,)),
    "approve": ("approve", (ACCOUNTANT,)),
    "post": ("post", (ACCOUNTANT,)),
    "entries": ("post", (ACCOUNTANT,)),
    "lock": ("lock", (OFFICER, ACCOUNTANT)),
}


class Counts(NamedTuple):
    """How many statements of a period stand where."""

    draft: int = 0
    confirmed: int = 0
    approved: int = 0  # and nothing of the following
    pending: int = 0  # a second approval is missing
    entry: int = 0  # its entry or bill is a draft
    posted: int = 0  # or paid

    @property
    def total(self):
        return sum(self)


class SalesCommissionPeriod(models.Model):
    """What comes next in the close of a period, and what remains in each step."""

    _inherit = "sales.commission.period"

    next_step = fields.Selection(
        [
            ("compute", "Compute"),
            ("start", "Start Closing"),
            ("confirm", "Confirm"),
            ("approve", "Approve"),
            ("post", "Post"),
            ("entries", "Entries in draft"),
            ("lock", "Lock"),
        ],
        compute="_compute_next_step",
        groups=f"{OFFICER},{ACCOUNTANT}",
    )
    close_steps = fields.Json(
        compute="_compute_close_steps", groups=f"{OFFICER},{ACCOUNTANT}"
    )

    def _get_close_counts(self):
        """``{period: Counts}`` of the statements that the user may read."""
        statements = self.env["sales.commission.statement"]
        found = {period: dict.fromkeys(Counts._fields, 0) for period in self}
        for period, state, count in statements._read_group(
            [("period_id", "in", self.ids)], ["period_id", "state"], ["__count"]
        ):
            found[period]["posted" if state == "paid" else state] += count
        for name, domain in (
            ("pending", [("is_second_pending", "=", True)]),
            ("entry", [("state", "=", "approved"), ("move_id", "!=", False)]),
        ):
            for period, count in statements._read_group(
                [("period_id", "in", self.ids), *domain], ["period_id"], ["__count"]
            ):
                found[period][name] += count
                found[period]["approved"] -= count
        return {period: Counts(**counts) for period, counts in found.items()}

    @api.depends(
        "state",
        "statement_ids.state",
        "statement_ids.move_id",
        "statement_ids.second_approve_user_id",
    )
    def _compute_next_step(self):
        counts = self._get_close_counts()
        for period in self:
            period.next_step = period._get_next_step(counts[period._origin])

    def _get_next_step(self, counts):
        if self.state == "locked":
            return False
        if not counts.total:
            return "lock" if self.state == "closing" else "compute"
        if self.state == "open" and counts.draft:
            return "start"
        for step, left in (
            ("confirm", counts.draft),
            ("approve", counts.confirmed + counts.pending),
            ("post", counts.approved),
            ("entries", counts.entry),
        ):
            if left:
                return step
        return "lock"

    @api.depends(
        "next_step", "round_ids.state", "round_ids.waiting_ids",
        "round_ids.waiting_payee_ids",
    )  # fmt: skip
    @api.depends_context("lang", "uid")
    def _compute_close_steps(self):
        counts = self._get_close_counts()
        for period in self:
            period.close_steps = {
                "steps": period._get_bar(counts[period._origin]),
                "round": period._get_running_round(),
            }

    def _get_bar(self, counts):
        """``[{key, label, text, state, waits}]`` of the five steps."""
        place, groups = PLACES.get(self.next_step, (None, ()))
        keys = ["compute", "review", "approve", "post", "lock"]
        labels = {
            "compute": self.env._("Compute"),
            "review": self.env._("Review"),
            "approve": self.env._("Approve"),
            "post": self.env._("Post"),
            "lock": self.env._("Lock"),
        }
        texts = self._get_bar_texts(counts)
        at = keys.index(place) if place else len(keys)
        may = any(self.env.user.has_group(group) for group in groups)
        return [
            {
                "key": key,
                "label": labels[key],
                "text": texts[key],
                "state": "done" if i < at else "current" if i == at else "todo",
                "waits": self._say_who_may(groups) if i == at and not may else "",
            }
            for i, key in enumerate(keys)
        ]

    def _get_bar_texts(self, counts):
        total = counts.total
        texts = dict.fromkeys(("review", "approve", "post"), "")
        if not total:
            none = (
                self.env._("No statements yet")
                if self.state == "open"
                else self.env._("Nothing due")
            )
            return {**texts, "compute": none, "lock": self._get_lock_text(counts)}
        approved = counts.approved + counts.entry + counts.posted
        texts["compute"] = (
            self.env._("%s statements", total)
            if total > 1
            else self.env._("1 statement")
        )
        texts["review"] = self.env._(
            "%(done)s of %(total)s confirmed", done=total - counts.draft, total=total
        )
        texts["approve"] = self.env._(
            "%(done)s of %(total)s approved", done=approved, total=total
        )
        if counts.pending:
            texts["approve"] += ", " + self.env._(
                "second approval missing: %s", counts.pending
            )
        texts["post"] = self.env._(
            "%(done)s of %(total)s posted", done=counts.posted, total=total
        )
        if counts.entry:
            texts["post"] += ", " + self.env._(
                "%s as draft entry or bill", counts.entry
            )
        return {**texts, "lock": self._get_lock_text(counts)}

    def _get_lock_text(self, counts):
        if self.state == "locked":
            return self.env._("Locked")
        left = counts.total - counts.posted
        return self.env._("%s still to post", left) if left else self.env._("Ready")

    def _say_who_may(self, groups):
        if groups == (OFFICER,):
            return self.env._("waits for a commission officer")
        return self.env._("waits for an accountant")

    def _get_running_round(self):
        """The last round, while it is worked or when it failed."""
        # a search: payees read periods, too, and no rounds
        last = self.env["sales.commission.delivery"].search(
            [("period_id", "in", self._origin.ids), ("kind", "in", ROUNDS)],
            order="id desc",
            limit=1,
        )
        if last.state not in ("waiting", "failed"):
            return False
        return {
            "id": last.id,
            "name": last.name,
            "failed": last.state == "failed",
            "note": last.note or "",
            "text": self.env._(
                "%(done)s of %(total)s", done=last.done_count, total=last.total_count
            ),
            "percent": round(last.progress),
        }

    def action_view_draft_entries(self):
        """What was made by Post and left to be checked."""
        self.ensure_one()
        self._check_group("group_accountant")
        moves = self.statement_ids.move_id.filtered(lambda move: move.state == "draft")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Draft entries and bills"),
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", moves.ids)],
        }

    def action_retry_round(self):
        """Go on with what the last step left, after what stopped it was mended."""
        return self._press_round("failed", "action_retry")

    def action_stop_round(self):
        """Leave the rest of a step as it is, to take other steps."""
        return self._press_round("waiting", "_stop")

    def _press_round(self, state, button):
        self.ensure_one()
        self._check_group("group_officer", "group_accountant")
        last = self.round_ids.sorted("id")[-1:]
        if last.state not in (state, "failed"):
            raise UserError(
                self.env._(
                    "No step of %s waits for this. Reload the page to see how far it "
                    "is.",
                    self.name,
                )
            )
        getattr(last.sudo(), button)()  # sudo: only buttons may, checked above
        return {"type": "ir.actions.client", "tag": "soft_reload"}
