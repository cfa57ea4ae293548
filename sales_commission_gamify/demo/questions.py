"""What payees asked, and what the office added by hand."""

MISSING = "Greenfield Academy signed on the last day of the month. I do not see it."
STEP = "I passed the second step in the middle of the month. Why the first rate?"
SHARE = "The agency's share of the campus deal was agreed at half, not less."
EXPLAINED = "The second rate is paid on what lies above the step, not on the whole."


def ask(env, staff):
    """Two disputes of Ana, one answered, and one of the agent; one bonus that was
    approved and one that waits."""
    officer, accountant = staff.users["carmen"], staff.users["luis"]
    env.company.sales_commission_dispute_user_id = officer
    disputes = env["sales.commission.dispute"]
    answered = _ask_about_line(env, staff, "ana", "rate", STEP)
    answered = answered.with_user(officer)
    answered.action_review()
    answered.answer_text = EXPLAINED
    answered.action_explain()
    disputes.with_user(staff.users["ana"]).create(
        {
            "reason": "missing",
            "document_reference": "Greenfield Academy",
            "description": MISSING,
        }
    )
    asked = _ask_about_line(env, staff, "nadia", "share", SHARE)
    asked.with_user(officer).action_review()
    adjustments = env["sales.commission.adjustment"].with_user(officer)
    payee = answered.sudo().employee_id
    bonus, _waiting = adjustments.create(
        [
            {
                "employee_id": payee.id,
                "amount": 250,
                "reason": "Led the stand at the education fair",
            },
            {
                "employee_id": payee.id,
                "amount": -40,
                "kind": "correction",
                "reason": "Travel already paid with the expenses",
            },
        ]
    )
    bonus.with_user(accountant).action_approve()


def _ask_about_line(env, staff, login, reason, question):
    user = staff.users[login]
    lines = env["sales.commission.statement.line"].search(
        [
            ("employee_id.work_contact_id", "=", user.partner_id.id),
            ("statement_id.state", "!=", "draft"),
            ("kind", "=", "earning"),
        ],
        order="id desc",
        limit=1,
    )
    disputes = env["sales.commission.dispute"].with_user(user)
    return disputes._ask_from_portal(
        {
            "employee_id": lines.employee_id.id,
            "statement_line_id": lines.id,
            "reason": reason,
            "description": question,
        }
    )
