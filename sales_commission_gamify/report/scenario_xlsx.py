from odoo import api, models

from .statement_xlsx import Book, Column, Sheet


class SalesCommissionScenarioWorkbook(models.AbstractModel):
    """Scenarios as a workbook in the reader's language: what they cost each month, and
    what each payee earns, with Excel's own charts."""

    _name = "sales.commission.scenario.workbook"
    _description = "Commission Scenario Workbook"

    @api.model
    def _make(self, scenarios):
        """The file's bytes.

        :raise UserError: for what cannot be compared
        """
        result = scenarios.with_env(self.env).simulate()
        currency = scenarios.sudo().currency_id[:1]
        book = Book()
        self._add_costs(book, result, currency)
        self._add_payees(book, result, currency)
        self._add_warnings(book, result)
        return book.close()

    def _get_file_name(self, scenarios):
        name = scenarios.name if len(scenarios) == 1 else self.env._("Scenarios")
        return f"{name.replace('/', '-')}.xlsx"

    def _get_names(self, result):
        """Of the columns of money, the first one as it is."""
        return [result["baseline"]["name"]] + [
            scenario["name"] for scenario in result["scenarios"]
        ]

    # --- per month --------------------------------------------------------------

    def _add_costs(self, book, result, currency):
        names = self._get_names(result)
        sheet = Sheet(
            book,
            self.env._("Cost per month"),
            [
                Column("month", self.env._("Month"), 16),
                Column("revenue", self.env._("Invoiced"), 18, "money"),
                *(
                    Column(f"cost{at}", name, 22, "money")
                    for at, name in enumerate(names)
                ),
            ],
        )
        books = [result["baseline"], *result["scenarios"]]
        for number, month in enumerate(result["months"]):
            sheet.add(
                currency,
                month=month["name"],
                revenue=result["revenue"][number],
                **{f"cost{at}": one["costs"][number] for at, one in enumerate(books)},
            )
        last = sheet.end - 1
        sheet.add(
            currency,
            bold=True,
            month=self.env._("Total"),
            revenue=(sheet.sum_of("revenue", 1, last), result["revenue_total"]),
            **{
                f"cost{at}": (sheet.sum_of(f"cost{at}", 1, last), one["total"])
                for at, one in enumerate(books)
            },
        )
        self._add_shares(sheet, books, currency)
        chart = book.file.add_chart({"type": "column"})
        self._add_series(chart, sheet, range(2, 2 + len(names)), (1, last))
        chart.set_title({"name": self.env._("Cost per month")})
        sheet.sheet.insert_chart(sheet.end + 1, 0, chart, {"x_scale": 1.6})

    def _add_shares(self, sheet, books, currency):
        """What part of the revenue each of them is, below its total."""
        if books[0]["percent"] is False:
            return
        total = sheet.end
        revenue = sheet.letter("revenue")
        sheet.put(0, "text", self.env._("Of what is invoiced"), currency, False)
        for at, one in enumerate(books):
            letter = sheet.letter(f"cost{at}")
            formula = f"={letter}{total}/{revenue}{total}"
            sheet.put(
                sheet.place(f"cost{at}"),
                "percent",
                (formula, one["percent"] / 100),
                currency,
                False,
            )
        sheet.end += 1

    # --- per payee --------------------------------------------------------------

    def _add_payees(self, book, result, currency):
        names = self._get_names(result)
        columns = [
            Column("payee", self.env._("Payee"), 26),
            Column("team", self.env._("Team"), 20),
            Column("paid0", names[0], 20, "money"),
        ]
        for at, name in enumerate(names[1:], start=1):
            columns += [
                Column(f"paid{at}", name, 20, "money"),
                Column(f"more{at}", self.env._("Difference"), 16, "money"),
                Column(f"attained{at}", self.env._("Attainment"), 13, "percent"),
            ]
        sheet = Sheet(book, self.env._("Payees"), columns)
        base = sheet.letter("paid0")
        for payee in result["payees"]:
            values = {}
            for at, amount in enumerate(payee["amounts"], start=1):
                row, letter = sheet.end + 1, sheet.letter(f"paid{at}")
                attained = payee["attainments"][at - 1]
                values |= {
                    f"paid{at}": amount,
                    f"more{at}": (
                        f"={letter}{row}-{base}{row}",
                        payee["differences"][at - 1],
                    ),
                    f"attained{at}": attained is not False and attained / 100,
                }
            sheet.add(
                currency,
                payee=payee["name"],
                team=payee["team"],
                paid0=payee["baseline"],
                **values,
            )
        last = sheet.end - 1
        if last >= 1:
            sheet.sheet.autofilter(0, 0, last, len(columns) - 1)
            chart = book.file.add_chart({"type": "column"})
            places = [sheet.place(f"paid{at}") for at in range(len(names))]
            self._add_series(chart, sheet, places, (1, min(last, 40)))
            chart.set_title({"name": self.env._("Pay of each payee")})
            sheet.sheet.insert_chart(1, len(columns) + 1, chart, {"x_scale": 2})

    def _add_series(self, chart, sheet, places, rows):
        title = sheet.sheet.get_name()
        for place in places:
            chart.add_series(
                {
                    "name": [title, 0, place],
                    "categories": [title, rows[0], 0, rows[1], 0],
                    "values": [title, rows[0], place, rows[1], place],
                }
            )
        chart.set_legend({"position": "bottom"})

    # --- what they leave out ----------------------------------------------------

    def _add_warnings(self, book, result):
        rows = [
            (scenario["name"], sentence)
            for scenario in result["scenarios"]
            for sentence in scenario["warnings"]
        ]
        if not rows:
            return
        sheet = Sheet(
            book,
            self.env._("Notes"),
            [
                Column("scenario", self.env._("Scenario"), 30),
                Column("note", self.env._("What to know"), 100),
            ],
        )
        for name, sentence in rows:
            sheet.add(None, scenario=name, note=sentence)


class SalesCommissionScenario(models.Model):
    _inherit = "sales.commission.scenario"

    def action_download(self):
        self._check_may_simulate()
        self._check_comparable()
        return {
            "type": "ir.actions.act_url",
            "url": f"/commissions/scenarios/{'-'.join(map(str, self.ids))}.xlsx",
            "target": "self",
        }
