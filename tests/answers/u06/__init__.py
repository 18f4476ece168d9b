"""Answers to U06: a walk, a gradient, a Hessian, a rigid motion."""
