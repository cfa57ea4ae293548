"""A formula that a person types: checked Python, computed in exact decimals."""

import ast
import io
import tokenize
from decimal import Decimal, DecimalException

from odoo.tools.safe_eval import safe_eval

from ...engine import EngineError, round_to

VARIABLES = (
    "credited",
    "quantity",
    "sales",
    "quota",
    "attainment",
    "target_incentive",
    "before",
)
# Functions that look at another component of the plan, by its name.
LOOKS_AT = {"credited_of": "value", "attainment_of": "attainment"}
HELPERS = ("min", "max", "abs", "round", *LOOKS_AT)
# Whoever types a formula must not keep the server busy, so nothing that repeats,
# nothing that grows without end, nothing but arithmetic.
NODES = (
    *(ast.Expression, ast.Load, ast.Name, ast.Constant, ast.Call, ast.IfExp),
    *(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow),
    *(ast.UnaryOp, ast.UAdd, ast.USub, ast.BoolOp, ast.And, ast.Or, ast.Not),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE),
)
LONGEST = 2000  # letters
LARGEST = Decimal(10) ** 15  # more is no money
FINEST = 15  # decimals


class FormulaError(ValueError):
    """``code`` tells which sentence to show, ``what`` what to put in it."""

    def __init__(self, code, what=""):
        super().__init__(f"{code}: {what}")
        self.code = code
        self.what = what


class Formula:
    """What a component pays, as an expression of named figures."""

    def __init__(self, text):
        self.text = " ".join((text or "").split())
        if not self.text:
            raise FormulaError("formula_empty")
        nodes = self._parse()
        self.names = {node.id for node in nodes if isinstance(node, ast.Name)}
        unknown = sorted(self.names - {*VARIABLES, *HELPERS})
        if unknown:
            raise FormulaError("formula_unknown", unknown[0])
        self.looks_at = {
            (node.func.id, self._get_component(node))
            for node in nodes
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in LOOKS_AT
        }
        self._check_constants(nodes)
        self._source = self._with_exact_numbers(self.text)

    def _parse(self):
        """:raise FormulaError: unless it is arithmetic alone"""
        if len(self.text) > LONGEST:
            raise FormulaError("formula_syntax", LONGEST)
        try:
            nodes = list(ast.walk(ast.parse(self.text, mode="eval")))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise FormulaError("formula_syntax", error) from error
        for node in nodes:
            if not isinstance(node, NODES) or (
                # an exponent that is typed is a Decimal, and so is the power
                isinstance(node, ast.BinOp)
                and isinstance(node.op, ast.Pow)
                and not isinstance(node.right, ast.Constant)
            ):
                raise FormulaError("formula_syntax", self.text)
        return nodes

    def _check_constants(self, nodes):
        """Numbers alone, and texts where a component is named."""
        names = {
            id(arg)
            for node in nodes
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in LOOKS_AT
            for arg in node.args
        }
        for node in nodes:
            if not isinstance(node, ast.Constant) or id(node) in names:
                continue
            value = node.value
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise FormulaError("formula_no_number", value)
            if not abs(value) < LARGEST:
                raise FormulaError("formula_no_number", value)

    def _get_component(self, call):
        """The name must stand there as a text, so that it is known beforehand which
        component the pay depends on."""
        if len(call.args) == 1 and not call.keywords:
            name = call.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                return name.value
        raise FormulaError("formula_component", call.func.id)

    def _with_exact_numbers(self, text):
        """0.1 → _number("0.1"), so that no cent depends on binary fractions."""
        tokens = []
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NUMBER:
                tokens += [
                    (tokenize.NAME, "_number"),
                    (tokenize.OP, "("),
                    (tokenize.STRING, repr(token.string)),
                    (tokenize.OP, ")"),
                ]
            else:
                tokens.append((token.type, token.string))
        return tokenize.untokenize(tokens).strip()

    def compute(self, figures, others):
        """:param figures: a Decimal for each of ``VARIABLES``
        :param others: ``{(function, component name): Decimal}``
        :raise FormulaError: when there is no number to give
        """
        context = {
            **figures,
            "_number": self._read_number,
            "round": self._round,
            **{
                function: lambda name, function=function: others[function, name]
                for function in LOOKS_AT
            },
        }
        try:
            result = safe_eval(self._source, context)
        except Exception as error:  # whatever a typed expression can do wrong
            raise FormulaError("formula_failed", self._say(error)) from error
        if isinstance(result, bool) or not isinstance(result, (int, Decimal)):
            raise FormulaError("formula_no_number", result)
        result = Decimal(result)
        if not result.is_finite() or result.copy_abs() >= LARGEST:
            raise FormulaError("formula_no_number", result)
        return result

    def _read_number(self, text):
        return Decimal(text.replace("_", ""))

    def _round(self, number, digits=Decimal(0)):
        if abs(digits) > FINEST:
            raise ValueError(f"round to {digits} digits")
        return round_to(Decimal(number), Decimal(1).scaleb(-int(digits)))

    def _say(self, error):
        """The cause, without what wraps it."""
        cause = error.__context__ or error
        if isinstance(cause, (DecimalException, ZeroDivisionError)):
            return "division by zero"
        if isinstance(cause, EngineError):
            return cause.code
        return str(cause).split("\n")[0]
