"""Proofs that a log only grew: the Merkle tree over it, signed checkpoints, and their witnesses.

The formats are public: RFC 6962 and RFC 9162 for the tree, and of the Community Cryptography
Specification Project (c2sp.org) signed notes, checkpoints, cosignatures and proofs. Keys are the
caller's: nothing here knows a signature algorithm but by `Signer` and `Verify`.
"""
